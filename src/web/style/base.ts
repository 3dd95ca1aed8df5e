/** Frame of every page. */
export const BASE = `
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; }
`;
