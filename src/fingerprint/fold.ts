import type { EngineDefinition, Fold, FoldSnapshot } from './types.js';

export declare function createFold(definition: EngineDefinition): Fold;
export declare function restoreFold(definition: EngineDefinition, snapshot: FoldSnapshot): Fold;
export declare function defaultDefinition(alpha: number): EngineDefinition;
