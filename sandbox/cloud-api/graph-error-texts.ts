/** What an error of the account's endpoints says to a person, in `error_user_title` and `error_user_msg`. */
export interface UserText {
  title: string;
  message: string;
}

/** By subcode. The codes are Meta's; Meta words some of these texts differently for each field. */
const TEXTS: Readonly<Record<number, UserText>> = {
  1752041: { title: 'Already created', message: 'What is to be created exists already.' },
  2388001: { title: 'Cannot migrate phone number', message: 'The phone number cannot be migrated to this account.' },
  2388012: { title: 'Phone number already added', message: 'The phone number is in the list of the account already.' },
  2388019: {
    title: 'Message template limit reached',
    message: 'The account has as many message templates as it may have. Delete some of them first.',
  },
  2388023: {
    title: 'Message template language is being deleted',
    message: 'New content cannot be added for this name and language while the old content is being deleted.',
  },
  2388024: {
    title: 'Content in this language already exists',
    message: 'There is already content for this language and name. Create a new template or edit the existing one.',
  },
  2388039: { title: 'Message template cannot be created', message: 'The message template is not valid.' },
  2388040: { title: 'Field is too long', message: 'A field of the message template has too many characters.' },
  2388047: {
    title: 'Message header format is incorrect',
    message: 'The header cannot have new lines, formatting marks, emoji or a second variable.',
  },
  2388072: { title: 'Message body format is incorrect', message: 'The body of the message template is not valid.' },
  2388073: {
    title: 'Message footer format is incorrect',
    message: 'The footer cannot have variables, emoji or new lines.',
  },
  2388091: { title: 'Phone number is not migrating', message: 'No migration of this phone number was begun.' },
  2388093: { title: 'Cannot migrate phone number', message: 'The phone number cannot be migrated now.' },
  2388103: { title: 'Cannot migrate phone number', message: 'A condition of the migration is not met.' },
  2388293: {
    title: 'Message template has too many variables',
    message: 'The body has too many variables for its length. Use fewer variables or a longer text.',
  },
  2388299: {
    title: 'Variables cannot be at the start or end',
    message: 'The body cannot begin or end with a variable.',
  },
  2494100: {
    title: 'Phone number in maintenance',
    message: 'The phone number is in maintenance mode. Try again in minutes.',
  },
  2494164: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494165: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494166: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494167: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494168: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494176: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494177: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2494179: { title: 'Sign-up cannot be created', message: 'The sign-up is not valid.' },
  2593079: { title: 'Account is being migrated', message: 'The account is marked for a migration already.' },
  2593085: { title: 'Account cannot be migrated', message: 'The account is not eligible for a migration.' },
  2593107: { title: 'Synchronization already requested', message: 'Each synchronization can be asked for once.' },
  2593108: {
    title: 'Synchronization no longer possible',
    message: 'It can be asked for within 24 hours after the onboarding.',
  },
  2593109: { title: 'History sharing declined', message: 'The business declined to share its history.' },
  2593002: { title: 'Message template was not found', message: 'The message template does not exist.' },
};

export function userTextOf(subcode: number | undefined): UserText | undefined {
  return subcode === undefined ? undefined : TEXTS[subcode];
}
