import { expect, it } from 'vitest';
import { createRecordedEndpoint, throughHtml } from '../../src/probes/index.js';
import { quickClock } from './_server.js';

const answers = ['* one\n* two\n\n**Bold**  \nline', '[](https://example.org)'];
const records = answers.map((response, i) => ({ prompt_id: 'p', prompt: `Question ${i}?`, response }));
const file = { records, sha256: 'x', malformed: { count: 0, first: [] } };
const live = new AbortController().signal;

it('gives the form in which a page shows an answer, and keeps what was said; failures stay as they are', async () => {
  const side = throughHtml(createRecordedEndpoint({ path: 'a.jsonl', file }, quickClock()));
  expect((await side.ask('Question 0?', live)).outcome).toEqual({
    kind: 'answer',
    text: '- one\n- two\n\n**Bold** line',
    raw: answers[0],
  });
  expect((await side.ask('Question 1?', live)).outcome).toMatchObject({
    kind: 'empty',
    beforeGeneration: false,
  });
  expect((await side.ask('Question 1?', live)).outcome).toMatchObject({ kind: 'not-recorded' });
});
