/** What the program's exit status means. Documented in `twinwatch --help`. */
export const exitCodes = {
  ok: 0,
  /** Something unforeseen. */
  failure: 1,
  /** The command line, the watch file or the environment is wrong. */
  usage: 2,
  /** Another process is using the store. */
  locked: 3,
  /** Another log does not go on from what was seen of it. */
  fork: 4,
  /** What `verify` found; `equivalent` is 0. */
  different: 10,
  undecided: 20,
  unreadable: 30,
} as const;
