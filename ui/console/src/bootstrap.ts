/** What the server writes into the page: where its two listeners are reached from this browser. */
export interface Bootstrap {
  /** The core server: sign-in of end users and the Management API. */
  endpoint: string;
  /** The admin server: sign-in of administrators; it also serves this page. */
  adminEndpoint: string;
  /** Audience of the Management API. */
  resource: string;
}

function readBootstrap(): Bootstrap {
  const text = document.querySelector('#bootstrap')?.textContent ?? '';
  const { endpoint, adminEndpoint, resource } = JSON.parse(text) as Bootstrap;
  return { endpoint: endpoint.replace(/\/$/, ''), adminEndpoint: adminEndpoint.replace(/\/$/, ''), resource };
}

export const bootstrap = readBootstrap();

/** Path under which the Console is served; the redirect addresses of its client depend on it. */
export const consoleUrl = new URL('/console', window.location.origin).href;
export const callbackUrl = `${consoleUrl}/callback`;
