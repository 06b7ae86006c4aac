import { auth, signIn, signOut } from '@/auth';

export default async function Home() {
  const session = await auth();

  if (!session?.user) {
    return (
      <form
        action={async () => {
          'use server';
          await signIn('logto');
        }}
      >
        <button type="submit">Sign in</button>
      </form>
    );
  }

  return (
    <main>
      <p>Signed in as {session.user.name ?? session.user.email}</p>
      <form
        action={async () => {
          'use server';
          await signOut();
        }}
      >
        <button type="submit">Sign out</button>
      </form>
    </main>
  );
}
