/** What an error of the account's endpoints says to a person, in `error_user_title` and `error_user_msg`. */
export interface UserText {
  title: string;
  message: string;
}

/** By subcode. The codes are Meta's; Meta words some of these texts differently for each field. */
const TEXTS: Readonly<Record<number, UserText>> = {
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
  2388293: {
    title: 'Message template has too many variables',
    message: 'The body has too many variables for its length. Use fewer variables or a longer text.',
  },
  2388299: {
    title: 'Variables cannot be at the start or end',
    message: 'The body cannot begin or end with a variable.',
  },
  2593002: { title: 'Message template was not found', message: 'The message template does not exist.' },
};

export function userTextOf(subcode: number | undefined): UserText | undefined {
  return subcode === undefined ? undefined : TEXTS[subcode];
}
