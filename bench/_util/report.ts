/** One measured figure. `asked` is the bound it is held against, null where it is only reported. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly asked: number | null;
  /** Whether the bound holds; null where there is none. */
  readonly holds: boolean | null;
}

/** A figure that should not be above `asked`. */
export function atMost(name: string, value: number, unit: string, asked: number): Figure {
  return { name, value, unit, asked, holds: value <= asked };
}

/** A figure that should not be below `asked`. */
export function atLeast(name: string, value: number, unit: string, asked: number): Figure {
  return { name, value, unit, asked, holds: value >= asked };
}

/** A figure without a bound. */
export function reported(name: string, value: number, unit: string): Figure {
  return { name, value, unit, asked: null, holds: null };
}

export interface BenchFlags {
  readonly json: boolean;
  readonly quick: boolean;
  /** Arguments that are no flags. */
  readonly rest: readonly string[];
}

/** Reads `--json` and `--quick`. @throws Error for another flag */
export function benchFlags(argv: readonly string[] = process.argv.slice(2)): BenchFlags {
  const unknown = argv.find((arg) => arg.startsWith('--') && arg !== '--json' && arg !== '--quick');
  if (unknown !== undefined) throw new Error(`unknown flag ${unknown}; there are --json and --quick`);
  return {
    json: argv.includes('--json'),
    quick: argv.includes('--quick'),
    rest: argv.filter((arg) => !arg.startsWith('--')),
  };
}

/** Prints a table for people, or one JSON object. */
export function printFigures(bench: string, figures: readonly Figure[], json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ bench, node: process.version, figures }));
    return;
  }
  const rows = figures.map((f) => [
    f.name,
    `${round(f.value)} ${f.unit}`,
    f.asked === null ? '' : `${round(f.asked)} ${f.unit}`,
    f.holds === null ? '' : f.holds ? 'holds' : 'MISSED',
  ]);
  const table = [['figure', 'measured', 'asked', ''], ...rows];
  const widths = [0, 1, 2, 3].map((c) => Math.max(...table.map((row) => (row[c] ?? '').length)));
  console.log(`${bench} on Node ${process.version}`);
  for (const row of table)
    console.log(
      row
        .map((cell, c) => cell.padEnd(widths[c] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
