import { getServerSession } from 'next-auth';
import { authOptions } from '@/auth';
import { SignInButton, SignOutButton } from './auth-buttons';

export default async function Home() {
  const session = await getServerSession(authOptions);

  if (!session?.user) {
    return <SignInButton />;
  }

  return (
    <main>
      <p>Signed in as {session.user.name ?? session.user.email}</p>
      <SignOutButton />
    </main>
  );
}
