import { HASH_START, mix } from './characters.js';
import { tokenize, WORD } from './tokens.js';

/**
 * Hand-written phrases, matched on whole lower-cased words, punctuation between them ignored. They name
 * habits of assistants in general; none was learnt from recorded answers.
 */
const PHRASES = {
  firstPerson: 'i;me;my;mine;myself;we;us;our;ours;ich;mir;mein;je;moi;yo;я;мне;мой',
  secondPerson: 'you;your;yours;yourself;du;dein;sie;ihr;vous;votre;tu;usted;вы;вам;вас;ваш',
  greeting:
    'hi;hello;hey;greetings;welcome;good morning;good day;dear;hallo;guten tag;bonjour;salut;hola;ciao;привет;здравствуйте',
  agreement:
    'sure;certainly;of course;absolutely;definitely;okay;great question;good question;happy to help;glad to help;here is;here are;let’s dive;конечно',
  closing:
    'let me know;hope this helps;hope that helps;feel free;would you like;do you want me;if you need;if you have any;happy to help;any other questions;further questions;anything else;good luck;have fun;enjoy;in summary;in conclusion;overall;to sum up',
  enthusiasm:
    'amazing;awesome;fantastic;wonderful;incredible;exciting;excited;excellent;brilliant;love;delightful;thrilled;great;fascinating;perfect;beautiful;super;absolutely;vibrant;stunning;game changer;let’s go',
  hedging:
    'may;might;could;perhaps;possibly;probably;likely;generally;typically;usually;often;sometimes;it depends;seems;appears;i think;i believe;in general;tend to;arguably;it is important to note;it’s important to note;however;keep in mind;can vary',
  refusal:
    'i cannot;i can’t;i am unable;i’m unable;i am not able;i’m not able;i won’t;i will not;cannot provide;can’t provide;can’t help;cannot help;can’t assist;cannot assist;not appropriate;against my',
  apology: 'sorry;apologize;apologise;apologies;my apologies;i regret;unfortunately;forgive me',
  selfNaming:
    'as an ai;as a language model;ai language model;large language model;i am an ai;i’m an ai;ai assistant;my training;trained by;developed by;my knowledge;chatgpt;gpt;openai;claude;anthropic;gemini;bard;llama;meta ai;mistral;qwen;deepseek;grok;xai;yandexgpt;gigachat',
  ordering:
    'first;firstly;second;secondly;third;thirdly;next;then;finally;lastly;additionally;moreover;furthermore;step',
} as const;

export type PhraseKind = keyof typeof PHRASES;

export const PHRASE_KINDS: readonly PhraseKind[] = [
  'firstPerson',
  'secondPerson',
  'greeting',
  'agreement',
  'closing',
  'enthusiasm',
  'hedging',
  'refusal',
  'apology',
  'selfNaming',
  'ordering',
];

/** The longest phrase, in words. */
export const LONGEST_PHRASE = 5;

const kindsOf: ReadonlyMap<number, number> = index();

function index(): Map<number, number> {
  const map = new Map<number, number>();
  PHRASE_KINDS.forEach((kind, bit) => {
    for (const phrase of PHRASES[kind].split(';')) {
      const hash = tokenize(phrase).reduce((h, token) => mix(h, token.hash), HASH_START);
      map.set(hash, (map.get(hash) ?? 0) | (1 << bit));
    }
  });
  return map;
}

/** A bit for every kind (in the order of {@link PHRASE_KINDS}) that has the phrase with this hash. */
export function phraseKinds(hash: number): number {
  return kindsOf.get(hash) ?? 0;
}

const ENGLISH_FUNCTION_WORDS =
  'a an the this that these those such same other another each every any all both some no none few more most many much several ' +
  'i me my mine myself we us our ours you your yours yourself he him his she her hers it its itself they them their theirs one who whom whose which what ' +
  'am is are was were be been being do does did done doing have has had having can could may might must shall should will would ' +
  "don't doesn't didn't isn't aren't wasn't can't couldn't won't wouldn't shouldn't i'm i'll i've i'd you're you'll you've it's that's there's let's we're we'll here's " +
  'not nor and or but so yet if then else than as because since although though while whereas unless until when where why how whether once ' +
  'at by for from in into of off on onto out over to under up upon with without within about above across after against along among around before behind below beneath beside between beyond down during except inside like near outside past per through throughout toward towards via ' +
  'here there now just also only very too quite rather even still already again ever never always often sometimes usually however therefore thus hence moreover furthermore additionally instead otherwise indeed perhaps well ' +
  'let make use need get first second next last finally own';

const OTHER_FUNCTION_WORDS =
  'der die das ein eine und oder aber nicht ist sind war mit von zu auf für als auch wie es ' +
  'le la les un une des et ou mais ne pas est sont avec de du pour sur dans que qui ce il elle ' +
  'el los las y o pero no es son con en por para se lo su ' +
  'и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему когда даже ну ли если или быть до вас нибудь уже для это этот эта эти при который которые которая также может можно чтобы их';

const englishFunctionWords: ReadonlySet<number> = new Set(ENGLISH_FUNCTION_WORDS.split(' ').map(wordHash));
const otherFunctionWords: ReadonlySet<number> = new Set(OTHER_FUNCTION_WORDS.split(' ').map(wordHash));

/** Whether a token with this hash is an English function word. */
export function isEnglishFunctionWord(hash: number): boolean {
  return englishFunctionWords.has(hash);
}

/** Whether a token with this hash is a function word of any listed language (en, de, fr, es, ru). */
export function isFunctionWord(hash: number): boolean {
  return englishFunctionWords.has(hash) || otherFunctionWords.has(hash);
}

function wordHash(word: string): number {
  return tokenize(word).find((token) => token.kind === WORD)?.hash ?? 0;
}
