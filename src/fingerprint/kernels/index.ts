export { hammingBlock } from './hamming-block.js';
export { spectrumBlock } from './spectrum-block.js';
