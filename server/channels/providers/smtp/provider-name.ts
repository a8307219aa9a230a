export const providerName = 'smtp';
