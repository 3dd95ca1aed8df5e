import { html, type Markup } from '../core/index.js';

/** How it works, without formulas first. */
export const method: Markup = html`<h1>How this works</h1>
<p class="lead">Two taps, two glasses. We pour from both again and again, in random order, and let a taster guess which glass came
from which tap. A taster who keeps guessing right proves that the waters differ, without knowing why.</p>
<h2>A bet on every answer</h2>
<p>A watch asks the <span class="l">listed</span> model (what an arena shows) and the <span class="r">released</span> one (what anyone can use)
the same question within a short time. Then a program that has seen only earlier answers bets play money on which of the two
answers is the listed one. The odds are fair: if both sides were the same model, nobody could win in the long run.</p>
<p>The money starts at 1. What it has grown to is the <strong>evidence</strong>, also called the e-value: at 100 it is a hundred times what
one began with, and fair bets make that happen to at most 1 in 100 gamblers, however long they play.</p>
<h2>When there is an alarm</h2>
<p>A watch calls its sides <strong>different</strong> once the evidence reaches what was set before it began, usually 1,000. If both sides
were the same, at most 1 in 1,000 such watches would <em>ever</em> do so. That stays true however often anyone looks, so there is no
cheating by looking often or stopping early.</p>
<p>There are other verdicts. <strong>Undecided</strong>: not enough evidence yet; that is not “no change”. <strong>No difference beyond the
margin</strong>: all habits that are measured lie so close together that they hardly matter; it expires. <strong>No verdict</strong>: too many
answers are missing, and missing answers can fool anyone. <strong>Confirmed</strong>: different, also when all watches here are judged together.</p>
<h2>What it does not show</h2>
<ul><li>Why answers differ. Weights, system prompt, settings, routing and post-processing can each be the cause.</li>
<li>That anybody did anything wrong.</li>
<li>Who wrote an answer. The log proves that nothing was changed afterwards; witnesses and watches of others have to do the rest.</li></ul>
<h2>What it rests on</h2>
<ul><li>Every answer is drawn afresh; a question is bet on once, and never again.</li>
<li>A trial with a missing answer is void. Void trials are counted and shown, and too many of them end the verdict.</li>
<li>Questions are fixed by a secret number whose hash is logged before the first is asked; the number is shown afterwards.</li>
<li>Both answers are cut to one length and put in one form before anything looks at them.</li></ul>
<h2>For statisticians</h2>
<p>Under the null hypothesis the answers of a trial are exchangeable. Several experts (rank bets on features, online logistic regression on
features and words, kernel witnesses) each bet on the place of the listed answer; the mixture of their wealths, restarted on a grid of
times, is a test martingale. By Ville’s inequality P(sup E ≥ 1/α) ≤ α. Each new epoch k of a watch has the level 6α/(π²k²).</p>
<p>Findings are probabilities of superiority with anytime-valid confidence sequences; words are log-odds with an informative
Dirichlet prior; “confirmed” is e-BH at q = 0.05 over the current e-values. Void trials whose failure may depend on what was said
cost every expert its smallest possible payoff.</p>
<h2>How to check it</h2>
<p>Every plan, answer (by its hash) and verdict stands in a hash-chained log whose heads are signed. From a bundle of it anyone
computes the e-value again, to the last bit: <code>twinwatch evidence verify bundle.tar.gz</code>. Better still, run a watch of your own with
your own keys.</p>`;
