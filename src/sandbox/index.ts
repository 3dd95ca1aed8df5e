export { SandboxError } from './errors.js';
export { type Sandbox, type SandboxOptions, startSandbox } from './server.js';
