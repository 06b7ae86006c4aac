// An application that only receives answers: its page says that the person has arrived.
import { createServer } from 'node:http';

const page = `<!doctype html><html lang="en"><title>Arrived</title><link rel="icon" href="data:,">
<main><h1>Arrived</h1></main></html>`;

/** Listens on a port of this machine; the answer is in the address of the page. */
export async function startClient(port) {
  const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(page));
  await new Promise((resolve) => server.listen(port, resolve));
  return {
    redirectUri: `http://localhost:${port}/callback`,
    close: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()),
  };
}
