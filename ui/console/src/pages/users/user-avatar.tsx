import { Avatar } from '@mantine/core';
import type { User } from '../../api/users';
import { displayName, initialsOf } from './user-model';

const colors = ['iris', 'teal', 'grape', 'orange', 'cyan', 'pink'] as const;

/** The picture of a person, or their initials in a colour of their own. */
export function UserAvatar({ user, size = 36 }: { user: User; size?: number }) {
  const sum = [...user.id].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return (
    <Avatar src={user.avatar} alt="" size={size} radius="xl" color={colors[sum % colors.length]} aria-hidden>
      {initialsOf(displayName(user))}
    </Avatar>
  );
}
