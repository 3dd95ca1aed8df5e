export { hammingBlock } from './hamming-block.js';
export { popCount } from './pop-count.js';
export { spectrumBlock } from './spectrum-block.js';
