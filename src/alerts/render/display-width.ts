const NARROW = /^[\uff61-\uffdc\uffe8-\uffee]/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[#*0-9]\ufe0f\u20e3/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/**
 * The terminal cells of one grapheme cluster: 0, 1 or 2. Emoji and East Asian wide characters take 2
 * (Unicode Standard Annex #11); a terminal that draws a joined emoji as its parts will show more.
 */
export function displayWidth(cluster: string): number {
  if (INVISIBLE.test(cluster)) return 0;
  if (NARROW.test(cluster)) return 1;
  return WIDE.test(cluster) || EMOJI.test(cluster) ? 2 : 1;
}
