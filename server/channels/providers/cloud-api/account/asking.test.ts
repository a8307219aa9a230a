import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '#platform/fault.ts';
import { askGraph, pathOf, tellGraph } from './asking.ts';
import { eachEntry, askPage } from './paging.ts';
import { object, text } from './reading.ts';
import { startRecordedGraph } from './recorded-graph.fixture.ts';
import { readRegainSeconds } from './usage.ts';

let graph: Awaited<ReturnType<typeof startRecordedGraph>>;
beforeAll(async () => {
  graph = await startRecordedGraph();
});
afterEach(() => graph.reset());
afterAll(() => graph.close());

const named = object({ id: text, name: text });
const ask = () => askGraph(graph.account, { path: '102', query: { fields: 'name', none: undefined } }, named);
const refusal = (error: Record<string, unknown>, status = 400, headers: Record<string, string> = {}) =>
  graph.answer(
    'GET 102',
    { error: { message: 'No', type: 'OAuthException', fbtrace_id: 'A1', ...error } },
    status,
    headers,
  );

describe('a call of a management end point', () => {
  it('goes to the version of the connection with its token and the proof of its secret', async () => {
    graph.answer('GET 102', { id: '102', name: 'Shop' });
    expect(await ask()).toEqual({ id: '102', name: 'Shop' });
    expect(graph.last).toMatchObject({ method: 'GET', path: '102', query: { fields: 'name' } });
    expect(graph.last.headers.authorization).toBe('Bearer EAAgood');
  });

  it('keeps an id with a slash in its own step of the path', () => {
    expect(pathOf('1/../2', 'a b?c')).toBe('1%2F..%2F2/a%20b%3Fc');
  });

  it('that is refused says why, which code, and what to do', async () => {
    refusal({
      code: 100,
      error_subcode: 2388040,
      error_user_title: 'Too long',
      error_user_msg: 'The body has 1,100 characters.',
    });
    const fault: unknown = await ask().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: 'provider_refused',
      detail:
        'Meta answered: No (code 100, subcode 2388040). The body has 1,100 characters. Correct the template and create it again; the details say what is wrong.',
      extensions: {
        provider_error: { provider: 'whatsapp-cloud', code: '100', subcode: '2388040', trace_id: 'A1' },
      },
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, string>, number | undefined]>([
    ['a limit of calls', { code: 80007 }, {}, 60],
    [
      'a limit of calls whose end Meta names',
      { code: 80007 },
      { 'x-business-use-case-usage': '{"102":[{"type":"whatsapp","estimated_time_to_regain_access":7}]}' },
      420,
    ],
    ['a number in maintenance', { code: 100, error_subcode: 2494100 }, {}, 300],
    ['what Meta marks as passing', { code: 100, is_transient: true }, {}, undefined],
    ['an outage', { code: 2 }, {}, undefined],
  ])('that meets %s may be repeated', async (_name, error, headers, retryAfterSeconds) => {
    refusal(error, 400, headers);
    await expect(ask()).rejects.toMatchObject({ code: 'upstream_failed', retryable: true, retryAfterSeconds });
  });

  it('whose answer lacks something says which place', async () => {
    graph.answer('GET 102', { id: '102' });
    await expect(ask()).rejects.toMatchObject({
      code: 'upstream_failed',
      detail: 'The answer of Meta cannot be read: answer.name is not a text.',
    });
  });

  it('that changes something and gets no answer does not claim that nothing happened', async () => {
    graph.answer('POST 102/flows', '<html>', 502);
    await expect(tellGraph(graph.account, { path: '102/flows', method: 'POST', body: {} })).rejects.toMatchObject({
      code: 'upstream_failed',
      detail: expect.stringContaining('Whether the change was made is not known'),
    });
    graph.answer('GET 102', '<html>', 502);
    await expect(ask()).rejects.toMatchObject({ detail: expect.not.stringContaining('change') });
  });

  it('that answers success false is a refusal', async () => {
    graph.answer('POST 102/x', { success: false, reason: 'Not paused.' });
    await expect(tellGraph(graph.account, { path: '102/x', method: 'POST', body: {} })).rejects.toMatchObject({
      code: 'provider_refused',
      detail: 'Not paused.',
    });
  });

  it('that cannot be made ends as a fault and never otherwise', async () => {
    const settings = { ...graph.account.settings, baseUrl: 'http://127.0.0.1:1' };
    await expect(askGraph({ ...graph.account, settings }, { path: '102' }, named)).rejects.toMatchObject({
      code: 'upstream_failed',
      detail: expect.stringContaining('base URL'),
    });
  });
});

describe('the pages of a list', () => {
  const pages = () => eachEntry((page) => askPage(graph.account, { path: '102/flows' }, object({ id: text }), page), 2);
  const answerPage = (ids: string[], after: string, isLast = false) =>
    graph.answer('GET 102/flows', {
      data: ids.map((id) => ({ id })),
      paging: { cursors: { before: 'b', after }, ...(isLast ? {} : { next: 'https://graph.facebook.com/next' }) },
    });

  it('are read to the last one, which has a cursor but no next', async () => {
    answerPage(['1', '2'], 'p1');
    answerPage(['3'], 'p2', true);
    expect((await Array.fromAsync(pages())).map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(graph.requests.map(({ query }) => query)).toEqual([{ limit: '2' }, { limit: '2', after: 'p1' }]);
  });

  it('that lead around in a circle end as a fault', async () => {
    answerPage(['1'], 'p1');
    answerPage(['1'], 'p1');
    await expect(Array.fromAsync(pages())).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});

describe('when calls are taken again', () => {
  it.each<[string, string | undefined, number | undefined]>([
    ['nothing is said', undefined, undefined],
    ['it is no JSON', '{', undefined],
    ['it is another shape', '{"1":{"a":1},"2":[null,{"estimated_time_to_regain_access":"soon"}]}', undefined],
    ['it is now', '{"1":[{"estimated_time_to_regain_access":0}]}', undefined],
    [
      'several limits hold',
      '{"1":[{"estimated_time_to_regain_access":1}],"2":[{"estimated_time_to_regain_access":3}]}',
      180,
    ],
    ['it is absurd', '{"1":[{"estimated_time_to_regain_access":1e12}]}', 86_400],
  ])('is read when %s', (_name, header, expected) => {
    expect(readRegainSeconds(header === undefined ? {} : { 'x-business-use-case-usage': header })).toBe(expected);
  });
});
