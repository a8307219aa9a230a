/** Where people of a locale are called from, and how they are called. */
interface Locale {
  /** Digits before the group and the number in it; chosen so that WhatsApp changes no digit. */
  prefix: string;
  names: readonly string[];
}

const BY_LOCALE: Readonly<Record<string, Locale>> = {
  en: {
    prefix: '1555',
    names: [
      'Ada',
      'Ben',
      'Chloe',
      'Dev',
      'Ellie',
      'Frank',
      'Grace',
      'Hugo',
      'Isla',
      'Jack',
      'Kemi',
      'Liam',
      'Maya',
      'Noah',
    ],
  },
  de: {
    prefix: '491555',
    names: [
      'Anke',
      'Bernd',
      'Clara',
      'Dirk',
      'Elif',
      'Fritz',
      'Greta',
      'Heiko',
      'Ines',
      'Jörg',
      'Katrin',
      'Lutz',
      'Mia',
    ],
  },
  es: {
    prefix: '34655',
    names: ['Álvaro', 'Belén', 'Carlos', 'Daniela', 'Elena', 'Fermín', 'Gloria', 'Héctor', 'Íñigo', 'Julia', 'Lucía'],
  },
  pt: {
    prefix: '5511955',
    names: [
      'Antônio',
      'Bruna',
      'Caio',
      'Débora',
      'Eduardo',
      'Flávia',
      'Gustavo',
      'Helena',
      'Ivo',
      'Júlia',
      'Luís',
      'Márcia',
    ],
  },
  fr: {
    prefix: '33655',
    names: [
      'Agnès',
      'Bastien',
      'Chloé',
      'Damien',
      'Élodie',
      'François',
      'Gaëlle',
      'Hervé',
      'Inès',
      'Jules',
      'Léa',
      'Noé',
    ],
  },
  ar: {
    prefix: '971555',
    names: ['أحمد', 'بسمة', 'جميل', 'دانة', 'رامي', 'زينب', 'سارة', 'عمر', 'فاطمة', 'ليلى', 'محمود', 'نور', 'يوسف'],
  },
  hi: {
    prefix: '91985',
    names: ['आरव', 'भावना', 'चेतन', 'दीपा', 'गौरव', 'ईशा', 'जय', 'कविता', 'मनोज', 'नेहा', 'प्रिया', 'राहुल', 'सुनीता'],
  },
  ja: {
    prefix: '81905',
    names: ['葵', '陽翔', '凛', '蓮', '結菜', '湊', '美咲', '大輝', 'さくら', '翔太', '愛', '健', '由美'],
  },
};

export const LOCALES = Object.keys(BY_LOCALE);

export function namesOf(locale: string): readonly string[] {
  return BY_LOCALE[locale]?.names ?? [];
}

/** The first number of a group that names none: 20 to 99 for the group, 01001 for the first person. The last four
 *  digits are from 1001 on, apart from the numbers with a meaning. */
export function firstPhoneOf(locale: string, groupIndex: number): string {
  return `+${BY_LOCALE[locale]?.prefix ?? ''}${20 + (groupIndex % 80)}01001`;
}
