import type { Json } from '#people/chats.ts';
import { characterCount, isObject } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { TemplateButton, TemplateComponent } from '#cloud-api/templates.ts';

/** The fixed texts of one-time-password templates. WhatsApp translates them; languages that are not here are shown in
 *  English. */
interface Texts {
  body: string;
  security: string;
  expires: (minutes: number) => string;
  copy: string;
  autofill: string;
}

const ENGLISH: Texts = {
  body: '*{{1}}* is your verification code.',
  security: 'For your security, do not share this code.',
  expires: (minutes) => `This code expires in ${minutes} minutes.`,
  copy: 'Copy code',
  autofill: 'Autofill',
};

const TEXTS: Readonly<Record<string, Texts>> = {
  en: ENGLISH,
  de: {
    body: '*{{1}}* ist dein Verifizierungscode.',
    security: 'Teile diesen Code zu deiner Sicherheit nicht mit anderen.',
    expires: (minutes) => `Dieser Code läuft in ${minutes} Minuten ab.`,
    copy: 'Code kopieren',
    autofill: 'Automatisch ausfüllen',
  },
  es: {
    body: 'Tu código de verificación es *{{1}}*.',
    security: 'Por tu seguridad, no lo compartas.',
    expires: (minutes) => `Este código caduca en ${minutes} minutos.`,
    copy: 'Copiar código',
    autofill: 'Autocompletar',
  },
  fr: {
    body: 'Votre code de vérification est *{{1}}*.',
    security: 'Pour votre sécurité, ne le partagez pas.',
    expires: (minutes) => `Ce code expire dans ${minutes} minutes.`,
    copy: 'Copier le code',
    autofill: 'Remplir automatiquement',
  },
  pt: {
    body: 'Seu código de verificação é *{{1}}*.',
    security: 'Para sua segurança, não o compartilhe.',
    expires: (minutes) => `Este código expira em ${minutes} minutos.`,
    copy: 'Copiar código',
    autofill: 'Preencher automaticamente',
  },
};

export function textsOf(language: string): Texts {
  return TEXTS[language.split('_')[0] ?? ''] ?? ENGLISH;
}

/** A one-time-password template has a fixed body, a footer with the time of expiry, and one button. Throws 100. */
export function checkAuthentication(components: readonly TemplateComponent[]): void {
  for (const component of components) {
    switch (component.type) {
      case 'BODY':
        if (component.text !== undefined) {
          throw new GraphError(100, 'The body of an authentication template has a fixed text: leave text out.', {
            subcode: 2388072,
          });
        }
        break;
      case 'FOOTER': {
        const minutes = component['code_expiration_minutes'];
        if (!(typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 90)) {
          throw new GraphError(100, 'Param code_expiration_minutes must be from 1 to 90.', { subcode: 2388073 });
        }
        break;
      }
      case 'BUTTONS':
        checkOtpButton(component.buttons ?? []);
        break;
      default:
        throw new GraphError(100, `An authentication template has no ${component.type}.`, { subcode: 2388039 });
    }
  }
  if (!components.some((component) => component.type === 'BUTTONS')) {
    throw new GraphError(100, 'An authentication template needs a button of type OTP.', { subcode: 2388039 });
  }
}

function checkOtpButton(buttons: readonly TemplateButton[]): void {
  const [button] = buttons;
  if (buttons.length !== 1 || button?.type !== 'OTP') {
    throw new GraphError(100, 'An authentication template has one button, of type OTP.', { subcode: 2388039 });
  }
  const kind = String(button.otp_type).toUpperCase();
  if (!['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(kind)) {
    throw new GraphError(100, "Param buttons[0]['otp_type'] must be one of {COPY_CODE, ONE_TAP, ZERO_TAP}.");
  }
  for (const key of ['text', 'autofill_text']) {
    const text = button[key];
    if (typeof text === 'string' && characterCount(text) > 25) {
      throw new GraphError(100, `buttons[0]['${key}'] is longer than 25 characters.`, { subcode: 2388040 });
    }
  }
  if (kind === 'COPY_CODE') return;
  if (kind === 'ZERO_TAP' && button['zero_tap_terms_accepted'] !== true) {
    throw new GraphError(100, 'Zero-tap needs zero_tap_terms_accepted: true.');
  }
  const apps = button['supported_apps'];
  if (!Array.isArray(apps) || apps.length < 1 || apps.length > 5) {
    throw new GraphError(100, "Param buttons[0]['supported_apps'] must have 1 to 5 apps.");
  }
  for (const app of apps as unknown[]) {
    const name = isObject(app) ? app['package_name'] : undefined;
    const hash = isObject(app) ? app['signature_hash'] : undefined;
    if (typeof name !== 'string' || !/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test(name) || name.length > 224) {
      throw new GraphError(100, 'package_name must be an Android package of at most 224 characters.');
    }
    if (typeof hash !== 'string' || hash.length !== 11) {
      throw new GraphError(100, 'signature_hash must have 11 characters.');
    }
  }
}

/** The components as they come back when the template is read: with WhatsApp's texts, and the button as a link. */
export function expandAuthentication(components: readonly TemplateComponent[], language: string): TemplateComponent[] {
  const texts = textsOf(language);
  const body = components.find((component) => component.type === 'BODY');
  const withSecurity = body?.['add_security_recommendation'] === true;
  return [{ type: 'BODY' } as TemplateComponent, ...components.filter((component) => component.type !== 'BODY')].map(
    (component): TemplateComponent => {
      switch (component.type) {
        case 'BODY':
          return {
            type: 'BODY',
            text: withSecurity ? `${texts.body} ${texts.security}` : texts.body,
            ...(withSecurity ? { add_security_recommendation: true } : {}),
            example: { body_text: [['123456']] },
          };
        case 'FOOTER': {
          const minutes = Number(component['code_expiration_minutes']);
          return { type: 'FOOTER', text: texts.expires(minutes), code_expiration_minutes: minutes };
        }
        default:
          return { ...component, buttons: (component.buttons ?? []).map((button) => asLink(button, texts)) };
      }
    },
  );
}

function asLink(button: TemplateButton, texts: Texts): TemplateButton {
  const kind = String(button.otp_type).toUpperCase();
  const address = `https://www.whatsapp.com/otp/code/?otp_type=${kind}&code=otp`;
  return {
    ...button,
    type: 'URL',
    otp_type: kind,
    text: button.text ?? (kind === 'COPY_CODE' ? texts.copy : texts.autofill),
    url: `${address}{{1}}`,
    example: [`${address}123456`],
  };
}

/** What a template would say in a language, for people who choose one. */
export function previewOf(
  language: string,
  options: { withSecurity: boolean; expiresInMinutes: number | null; hasButton: boolean },
): Json {
  const texts = textsOf(language);
  return {
    body: options.withSecurity ? `${texts.body} ${texts.security}` : texts.body,
    ...(options.hasButton ? { buttons: [{ autofill_text: texts.autofill, text: texts.copy }] } : {}),
    ...(options.expiresInMinutes === null ? {} : { footer: texts.expires(options.expiresInMinutes) }),
    language,
  };
}
