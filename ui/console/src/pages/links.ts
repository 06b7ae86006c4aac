/** Documentation of this server. */
export const documentationUrl = 'https://github.com/portico-id/portico/tree/main/docs';
