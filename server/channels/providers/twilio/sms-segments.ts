import { SegmentedMessage } from 'sms-segments-calculator';

/** How a text travels as an SMS. Each segment is paid for. */
export interface SmsSize {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
  /** As they are counted: some characters of GSM-7 count twice. */
  characters: number;
  /** The characters that GSM-7 does not have, each once. One of them makes the whole text UCS-2, of which less fits into a
   *  segment (70 characters instead of 160). */
  forcing: string[];
}

/**
 * What a text is as an SMS. With `smart`, Twilio writes characters such as curly quotes in a way that GSM-7 has (its "smart
 * encoding"), and what is counted is that.
 */
export function measureSms(text: string, smart: boolean): SmsSize {
  const message = new SegmentedMessage(text, 'auto', smart);
  return {
    encoding: message.encodingName,
    segments: Math.max(1, message.segmentsCount),
    characters: message.numberOfCharacters,
    forcing: message.encodingName === 'GSM-7' ? [] : [...new Set(message.getNonGsmCharacters())],
  };
}
