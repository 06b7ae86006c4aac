/** Documentation of the protocol and the Management API that this server speaks. */
export const documentationUrl = 'https://docs.logto.io/';
