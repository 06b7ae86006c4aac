import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/errors';
import { findIdentifierProblem, type IdentifierProblem } from './user-model';

/** Problems with identifiers, as phrases, for the forms of users. */
export function useIdentifierRules() {
  const { t } = useTranslation();
  const rule = (kind: IdentifierProblem) => (text: string) => {
    const problem = findIdentifierProblem(kind, text);
    return problem ? t(`users.problem.${problem}`) : null;
  };
  return { username: rule('username'), email: rule('email'), phone: rule('phone') };
}

const fieldOfCode: Record<string, IdentifierProblem> = {
  'user.username_already_in_use': 'username',
  'user.email_already_in_use': 'email',
  'user.phone_already_in_use': 'phone',
};

const fieldOfMember: Record<string, string> = {
  primaryEmail: 'email',
  primaryPhone: 'phone',
};

/** Refusals of the server by form field. */
export function identifierRefusals(error: ApiError): Record<string, string> {
  const field = fieldOfCode[error.code];
  if (field) return { [field]: error.message };
  return Object.fromEntries(
    error.issues.map(({ path, message }) => {
      const member = path.join('.');
      return [fieldOfMember[member] ?? member, message];
    }),
  );
}
