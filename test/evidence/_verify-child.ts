/** Verifies the bundle that is named, in a process whose memory can be bounded. Prints the result and the most bytes resident. */
import { unpacked, verifyBundle } from '../../src/evidence/index.js';

const [path = ''] = process.argv.slice(2);
const found = await verifyBundle(unpacked(path), { trust: null, onProgress: () => undefined });
process.stdout.write(JSON.stringify({ found, most: process.resourceUsage().maxRSS * 1024 }));
