export { type App, openApp } from './app.js';
export { readStatus, statusOf, type WatchStatus } from './status.js';
