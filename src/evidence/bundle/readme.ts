/** `README.txt`: for people, the same in every bundle of one version. */
export const readme = `WHAT THIS IS

The evidence of one watch. Somebody claimed that the model which is listed in one place is the model which is
released in another. An installation of Twinwatch asked both the same questions, recorded what they said, and
worked out whether the answers can be told apart. All of that is in here, so that you need not believe whoever
gave it to you.

Read report.html first: it opens in any browser, without network. It says what was found, how sure that is,
and what it does not show. Then check that it is true.

HOW TO CHECK IT

You need Node.js (nodejs.org, version 20 or newer), this archive, and the public key of the people who made it:
a line such as example.org/twinwatch+97967824+AS3z... Take the key from their web site or ask them for it. The
one in keys.txt does not count: whoever forges an archive puts a key of their own into it.

  npm install --global twinwatch
  twinwatch --version
  twinwatch evidence verify FILE.tar.gz --trust "KEY"

The last one goes all the way from the answers to the verdict on your computer, without network, in a few minutes
at most, and names the first thing that is wrong. It ends with the verdict. The report and this text it compares
only where its version is the "program" in manifest.json; where it says "not compared", believe what it prints.

If you would rather not run the program of those whom you check: examples/verify-bundle.mjs in that package is
a page of plain Node that uses none of its code. Read it, then run

  node verify-bundle.mjs FILE.tar.gz "KEY"

It checks the log, the signature and every answer. It does not work out the statistics, and does not look at
what report.html says. docs/evidence-format.md in the program's sources is for those who write their own verifier.

WHAT IT SHOWS

If the check passes, with a key that you trust: these answers were recorded in this order; nothing was taken
out, changed or added since the log was signed; the questions were fixed before they were asked; and the
statistics lead from these answers to this verdict, and to no other. Texts that the law or harm asked to remove
are gone, and the check says how many.

WHAT IT CAN NOT SHOW

Who wrote the answers. Whoever holds the private key could have made them up, and signed that. Two things speak
against it: others who co-signed the log while it grew (--witness KEY names somebody whom you know), and the same
questions asked again by you or by people whom you trust ("twinwatch evidence reproduce").

Why answers differ. Weights, a system prompt, settings, routing, or what is done to the text afterwards can each
be the cause. "Distinguishable answers" accuses nobody.

Anything about other questions, other settings or other times.

WHAT IS IN HERE

  report.html       the report, made from the rest
  manifest.json     the list of files with their hashes
  checkpoint.txt    the signed head of the log: its name, its size and the root of all its entries
  cosigned.txt      only where others have co-signed the log: the newest head that they did
  witnesses.txt     only with cosigned.txt: the public keys of those others
  keys.txt          the public keys of the log, the newest last
  watch.json        what is compared, and how
  suites/           the lists of questions
  log.jsonl         every entry of the log up to the checkpoint, one a line. Entries of other watches are among them,
                    because each entry commits to those before; none holds the text of an answer
  answers.jsonl     each trial of this watch: the question, and what both sides said
  statements.jsonl  only where the vendor has said something to it: in their own words
  result.json       what the statistics make of the trials
`;
