import type { Bootstrap, PhraseTree, SignInExperience } from "./types";

async function getJson(path: string): Promise<{ body: unknown; language: string }> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return { body: await response.json(), language: response.headers.get("Content-Language") ?? "en" };
}

/** Reads what the server wrote into the page; a page served by the development server asks for it. */
export async function readBootstrap(): Promise<Bootstrap> {
  const inlined = document.getElementById("bootstrap")?.textContent?.trim();
  if (inlined) return JSON.parse(inlined) as Bootstrap;
  const query = new URLSearchParams(location.search);
  const appId = query.get("app_id");
  const [settings, phrases] = await Promise.all([
    getJson(`/api/.well-known/sign-in-exp${appId ? `?appId=${encodeURIComponent(appId)}` : ""}`),
    getJson(`/api/.well-known/phrases?lng=${encodeURIComponent(query.get("lng") ?? navigator.languages.join(" "))}`),
  ]);
  return {
    signInExperience: settings.body as SignInExperience,
    phrases: { language: phrases.language, data: phrases.body as PhraseTree },
    ...(appId ? { app: { id: appId } } : {}),
  };
}
