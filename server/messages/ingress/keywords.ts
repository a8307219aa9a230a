/** What a customer's words mean for consent. `suspected` is a keyword spelled with letters that only look like it. */
export type ConsentWord = 'stop' | 'start' | 'suspected' | null;

const stopWords = new Set(
  // English, Spanish, Portuguese, French, German, Italian, Dutch, Turkish, Indonesian, Hindi, Arabic, Russian.
  'stop|stop all|stopall|unsubscribe|cancel subscription|opt out|optout|no more messages|parar|pare|baja|alto|detener|cancelar suscripcion|sair|descadastrar|arret|arreter|desabonner|desinscrire|stopp|abmelden|abbestellen|basta|annulla iscrizione|disiscrivimi|afmelden|dur|berhenti|बंद|बंद करो|रोकें|توقف|الغاء الاشتراك|стоп'.split(
    '|',
  ),
);
const startWords = new Set(
  'start|unstop|subscribe|opt in|optin|alta|reanudar|iniciar|reprendre|anmelden|fortsetzen|шуру|शुरू|ابدأ|старт'.split(
    '|',
  ),
);

// Cyrillic and Greek letters that look like Latin ones. A word of them is not a keyword by spelling, but meant as one.
const lookalikes: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  е: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ѕ: 's',
  т: 't',
  у: 'y',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'y',
  χ: 'x',
};

/**
 * Reads a whole message as a consent keyword: after compatibility folding, without accents, case, punctuation and spaces
 * around. A keyword inside a sentence is none: "please don't stop" must not end a conversation. Folding does not depend on
 * a locale, so the Turkish dotless i does no harm.
 */
export function readConsentWord(text: string): ConsentWord {
  if (text.length > 60) return null;
  const word = fold(text);
  if (stopWords.has(word)) return 'stop';
  if (startWords.has(word)) return 'start';
  const latin = word.replaceAll(/\p{L}/gu, (letter) => lookalikes[letter] ?? letter);
  return latin !== word && (stopWords.has(latin) || startWords.has(latin)) ? 'suspected' : null;
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
