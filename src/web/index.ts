export type { WebParts } from './context.js';
export { createWebServer, type WebServer } from './server.js';
