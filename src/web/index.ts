export type { WebContext } from './context.js';
export { createWebServer, type WebServer } from './server.js';
