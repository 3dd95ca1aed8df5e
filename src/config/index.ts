export { accountBudgets, apiAccount } from './accounts.js';
export {
  type AlertTarget,
  alertSecretNames,
  type ChatTarget,
  type TelegramTarget,
  type WebhookTarget,
} from './alert-schema.js';
export { endpointPlace, isApi, isLoopback, watchDefinition, watchWarnings } from './definition.js';
export { readDkimKey } from './dkim-key.js';
export { type BrowserEndpointConfig, type SiteRef, siteRef } from './endpoints/browser.js';
export { loadSiteRecipe, siteRecipeHash } from './endpoints/load-recipe.js';
export type { SiteAnswer, SiteRecipe, SiteSigns, SiteStep, SiteStream } from './endpoints/site-recipe.js';
export { type Environment, readEnvironment, secretOf } from './env.js';
export { ConfigError, type ConfigProblem } from './errors.js';
export { explain, findingsOf } from './explain.js';
export { type Finding, field, isRecord, pathText } from './findings.js';
export { watchFileJsonSchema } from './json-schema.js';
export { loadWatchFile, parseWatchFile } from './load.js';
export { readSmallFile } from './read-file.js';
export { watchFileTemplate } from './template.js';
export { sharesTransport, type TransportState } from './transport.js';
export type {
  ApiEndpointConfig,
  Budget,
  CanaryConfig,
  EndpointConfig,
  EvidenceConfig,
  Price,
  ProviderPin,
  RecordedEndpointConfig,
  ScheduleConfig,
  SmtpConfig,
  StoreConfig,
  SuiteRef,
  WatchConfig,
  WatchFile,
  WebConfig,
} from './types.js';
export { defaultWeb } from './web-schema.js';
export { readYaml } from './yaml-source.js';
