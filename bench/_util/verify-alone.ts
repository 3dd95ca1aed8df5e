/** Verifies one bundle in a process of its own, so that the memory is its own. Prints what it found, the seconds and the most bytes resident. */
import { unpacked, verifyBundle } from '../../src/evidence/index.js';

const [path = ''] = process.argv.slice(2);
const start = performance.now();
const found = await verifyBundle(unpacked(path), { trust: null, onProgress: () => undefined });
const seconds = (performance.now() - start) / 1000;
// In kilobytes on Linux and macOS.
const most = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ found, seconds, most }));
