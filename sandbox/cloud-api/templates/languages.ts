/** The language codes of templates that WhatsApp takes (November 2025). */
const LANGUAGES: ReadonlySet<string> = new Set(
  `af ar ar_AE ar_EG ar_LB ar_MA ar_QA az be_BY bg bn bn_IN ca cs da de de_AT de_CH el en en_AE en_AU en_CA en_GB
  en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_US en_ZA es es_AR es_CL es_CO es_CR es_DO es_EC es_ES es_HN
  es_MX es_PA es_PE es_UY et fa fi fil fr fr_BE fr_CA fr_CH fr_CI fr_MA ga gu ha he hi hr hu id it ja ka kk kn ko ky_KG
  lo lt lv mk ml mr ms nb nl nl_BE pa pl prs_AF ps_AF pt_BR pt_PT ro ru rw_RW si_LK sk sl sq sr sv sw ta te th tr uk ur
  uz vi zh_CN zh_HK zh_TW zu`.split(/\s+/),
);

/** The code as WhatsApp keeps it (`en_US` for `en-US`), or undefined for one that it does not know. */
export function knownLanguage(written: string): string | undefined {
  const code = written.replace('-', '_');
  return LANGUAGES.has(code) ? code : undefined;
}

/** The script in which a language is written, where it is not Latin. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arabic}/u,
  fa: /\p{Script=Arabic}/u,
  ur: /\p{Script=Arabic}/u,
  prs: /\p{Script=Arabic}/u,
  ps: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  ru: /\p{Script=Cyrillic}/u,
  uk: /\p{Script=Cyrillic}/u,
  bg: /\p{Script=Cyrillic}/u,
  be: /\p{Script=Cyrillic}/u,
  mk: /\p{Script=Cyrillic}/u,
  kk: /\p{Script=Cyrillic}/u,
  ky: /\p{Script=Cyrillic}/u,
  el: /\p{Script=Greek}/u,
  hi: /\p{Script=Devanagari}/u,
  mr: /\p{Script=Devanagari}/u,
  bn: /\p{Script=Bengali}/u,
  ta: /\p{Script=Tamil}/u,
  te: /\p{Script=Telugu}/u,
  kn: /\p{Script=Kannada}/u,
  ml: /\p{Script=Malayalam}/u,
  gu: /\p{Script=Gujarati}/u,
  pa: /\p{Script=Gurmukhi}/u,
  si: /\p{Script=Sinhala}/u,
  th: /\p{Script=Thai}/u,
  lo: /\p{Script=Lao}/u,
  ka: /\p{Script=Georgian}/u,
  ko: /\p{Script=Hangul}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  zh: /\p{Script=Han}/u,
};

/** Whether most letters of a text belong to another script than the language's. Serbian and others that are written in
 *  two scripts count as Latin or anything. */
export function isOtherScript(text: string, language: string): boolean {
  const letters = Array.from(text.replaceAll(/\{\{\w*\}\}/g, '')).filter((character) => /\p{L}/u.test(character));
  if (letters.length < 4) return false;
  const code = language.split('_')[0] ?? '';
  if (code === 'sr' || code === 'az' || code === 'uz') return false;
  const script = SCRIPTS[code] ?? /\p{Script=Latin}/u;
  return letters.filter((letter) => script.test(letter)).length * 2 < letters.length;
}
