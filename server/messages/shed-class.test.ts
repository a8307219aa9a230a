import { expect, it } from 'vitest';
import { shedClassOf } from './shed-class.ts';

it('a one-time code gives way last, marketing first, and a mixture with what gives way first in it', () => {
  expect(shedClassOf(['authentication'])).toBe('authentication');
  expect(shedClassOf(['transactional', 'service'])).toBe('api');
  expect(shedClassOf(['marketing'])).toBe('campaign');
  expect(shedClassOf(['authentication', 'transactional'])).toBe('api');
  expect(shedClassOf(['authentication', 'marketing', 'service'])).toBe('campaign');
  expect(shedClassOf([])).toBe('api');
});
