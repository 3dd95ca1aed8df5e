export { endpointPlace, watchDefinition, watchWarnings } from './definition.js';
export { type Environment, readEnvironment, secretOf } from './env.js';
export { ConfigError, type ConfigProblem } from './errors.js';
export { explain, findingsOf } from './explain.js';
export { type Finding, pathText } from './findings.js';
export { watchFileJsonSchema } from './json-schema.js';
export { loadWatchFile, parseWatchFile } from './load.js';
export { readSmallFile } from './read-file.js';
export { watchFileTemplate } from './template.js';
export type {
  AlertTarget,
  ApiEndpointConfig,
  EndpointConfig,
  ProviderPin,
  RecordedEndpointConfig,
  ScheduleConfig,
  SmtpConfig,
  StoreConfig,
  SuiteRef,
  WatchConfig,
  WatchFile,
} from './types.js';
export { readYaml } from './yaml-source.js';
