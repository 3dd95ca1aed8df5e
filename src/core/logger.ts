import { type Logger, pino } from 'pino';

export type { Logger };

export interface LoggerOptions {
  /** `silent`, `error`, `warn`, `info`, `debug` or `trace`. */
  readonly level: string;
  /** File descriptor: 2 (stderr) unless told. */
  readonly destination?: number;
}

/** Structured log lines (JSON) on stderr. Keys that may hold secrets are redacted wherever they stand. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      redact: {
        paths: [
          'apiKey',
          'secret',
          'password',
          'authorization',
          '*.apiKey',
          '*.secret',
          '*.password',
          '*.authorization',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: options.destination ?? 2, sync: true }),
  );
}
