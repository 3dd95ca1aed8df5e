import type { Delivery, SendResult } from '../delivery.js';
import { renderConsoleLine } from '../render/console-line.js';

/** Prints the alert as one line. */
export function sendToConsole(delivery: Delivery, print: (line: string) => void): SendResult {
  print(renderConsoleLine(delivery.content));
  return { kind: 'sent', detail: 'printed' };
}
