import { FurtherReading, Step } from '../blocks';

interface Reading {
  label: string;
  /** Path inside the Console, without a leading slash. */
  path: string;
}

const signInPages: Reading[] = [
  { label: 'Choose how people sign up and sign in', path: 'sign-in-experience/sign-up-and-sign-in' },
  { label: 'Put your logo and colours on the sign-in page', path: 'sign-in-experience/branding' },
  { label: 'Add a “Continue with …” button', path: 'connectors/social' },
  { label: 'See who has signed up', path: 'users' },
];

/**
 * Last step of a guide: pages of this Console that come next.
 * A function rather than a component, because `Steps` numbers its direct children.
 */
export function nextSteps(appId: string, pages: Reading[] = signInPages) {
  const readings = [...pages, { label: 'All settings of this application', path: `applications/${appId}` }];
  return (
    <Step title="Where to go next">
      <FurtherReading
        links={readings.map(({ label, path }) => ({ label, href: `${import.meta.env.BASE_URL}${path}` }))}
      />
    </Step>
  );
}
