export { unpacked } from './packed.js';
export { type BundleVerification, type VerifiedBundle, verifyBundle } from './verify.js';
export { type WrittenBundle, writeBundle } from './write.js';
