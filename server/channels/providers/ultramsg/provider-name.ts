/** What messages, errors and settings name this provider by; it is in the database and never renamed. */
export const providerName = 'ultramsg';
