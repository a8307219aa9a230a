import { describe, expect, it } from 'vitest';
import { readConsentWord } from './keywords.ts';

describe('consent keywords', () => {
  it.each([
    'STOP',
    'stop ',
    'Stop.',
    'STOP!!',
    '  stop\n',
    'ＳＴＯＰ',
    'arrêt',
    'Parar',
    'बंद',
    'stopp',
    'Unsubscribe',
    'opt-out',
    'стоп',
  ])('B196: %j is a stop', (text) => {
    expect(readConsentWord(text)).toBe('stop');
  });

  it.each(['start', 'START!', 'unstop', 'Alta'])('%j is a start', (text) => {
    expect(readConsentWord(text)).toBe('start');
  });

  it.each(["please don't stop", 'stop by tomorrow?', 'bus stop', '', '🙂', 'stopstopstop'])('%j is neither', (text) => {
    expect(readConsentWord(text)).toBeNull();
  });

  it('B196: a keyword in letters that only look like it is suspected, not obeyed', () => {
    expect(readConsentWord('ЅТОР')).toBe('suspected');
  });

  it('B197: the Turkish dotless i changes nothing about a keyword', () => {
    expect(readConsentWord('STOP')).toBe('stop');
    expect(readConsentWord('DISISCRIVIMI')).toBe('stop');
  });
});
