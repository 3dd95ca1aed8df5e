export { type Sandbox, startSandbox } from './server.js';
export { type SimulatedModel, simulatedModel } from './simulated-model.js';
