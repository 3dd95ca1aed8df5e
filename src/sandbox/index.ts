export { type Sandbox, startSandbox } from './server.js';
