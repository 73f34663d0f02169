import { describe, expect, it } from 'vitest';
import { type ApiResult, apiFaults, apiLines, apiSpeeds } from '../../../../src/bench/report/api.ts';

const fast = { count: 100, p50Ms: 2, p95Ms: 5, p99Ms: 9, maxMs: 12 };

function resultOf(changes: Partial<ApiResult> = {}): ApiResult {
  return {
    requestsPerS: 50,
    loginsPerS: 2_000,
    latencies: [
      { question: 'customer', idle: fast, inStorm: fast },
      { question: 'list', idle: fast, inStorm: fast },
    ],
    loginP99Ms: [{ alone: 10, beside: 11 }],
    answers: 200,
    bad: 0,
    examples: [],
    ...changes,
  };
}

function unmet(result: ApiResult): string[] {
  return [...apiFaults(result), ...apiSpeeds(result)]
    .filter(({ isMet }) => !isMet)
    .map(({ demand }) => demand);
}

describe('the demands on the API', () => {
  it('are met by what is fast and right', () => {
    expect(unmet(resultOf())).toEqual([]);
  });

  it.each<{ title: string; changes: Partial<ApiResult>; says: RegExp }>([
    {
      title: 'a GET of one at 15 ms',
      changes: { latencies: [{ question: 'service', idle: fast, inStorm: { ...fast, p95Ms: 15 } }] },
      says: /one service.*below 15 ms/,
    },
    {
      title: 'a list at 50 ms',
      changes: { latencies: [{ question: 'search', idle: fast, inStorm: { ...fast, p95Ms: 50 } }] },
      says: /search.*below 50 ms/,
    },
    {
      title: 'logins a quarter slower in the median of the turns',
      changes: {
        loginP99Ms: [
          { alone: 10, beside: 12.5 },
          { alone: 10, beside: 12.5 },
          { alone: 90, beside: 9 },
        ],
      },
      says: /login p99/,
    },
    { title: 'one wrong answer', changes: { bad: 1 }, says: /right/ },
    { title: 'no answer at all', changes: { answers: 0 }, says: /right/ },
  ])('are missed by $title', ({ changes, says }) => {
    const missed = unmet(resultOf(changes));
    expect(missed).toHaveLength(1);
    expect(missed[0]).toMatch(says);
  });

  it('are not missed by logins that one stalled turn made slow', () => {
    const loginP99Ms = [
      { alone: 10, beside: 400 },
      { alone: 10, beside: 10 },
      { alone: 10, beside: 11 },
    ];
    expect(unmet(resultOf({ loginP99Ms }))).toEqual([]);
  });

  it('are none when the API was not measured', () => {
    expect([...apiLines(null), ...apiFaults(null), ...apiSpeeds(null)]).toEqual([]);
  });
});

it('a wrong answer is told in the summary', () => {
  const lines = apiLines(resultOf({ bad: 1, examples: ['/api/isp/customers/7: 500'] }));
  expect(lines[0]).toContain('1 bad; /api/isp/customers/7: 500');
});
