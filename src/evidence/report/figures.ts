import { exp, log } from '../../fingerprint/index.js';

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** 10^x for people: 0.031, 27, 1,000, 10¹². */
export function formatOdds(log10: number): string {
  if (log10 > 6 || log10 < -3) {
    const power = Array.from(String(Math.floor(log10)), (c) => SUPERSCRIPTS[c] ?? c).join('');
    return `10${power}`;
  }
  return formatNumber(exp(log10 * Math.LN10));
}

/** Three significant digits, with separators from 100 on. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return String(Number(value.toPrecision(3)));
}

/** A p-value: three decimals, or that it is smaller. */
export function formatP(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

/** The decimal logarithm, the same on every Node version; to nine places, so that powers of ten have whole ones. */
export function log10(value: number): number {
  return Math.round((log(value) / Math.LN10) * 1e9) / 1e9;
}
