import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { asProblem } from '@/api/problem';
import { signIn } from '@/api/session';
import { BrandMark } from '@/app/shell/BrandMark';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Lanes } from './Lanes';
import classes from './SignIn.module.css';

const route = getRouteApi('/sign-in');

/** The server does not say whether the name or the password was wrong, and neither does the page. */
function SignInFailure({ error }: { error: unknown }) {
  if (asProblem(error).status !== 401) return <ProblemNotice error={error} />;
  return (
    <Text size="sm" c="red" role="alert">
      User name and password do not match. Please try again.
    </Text>
  );
}

export function SignInPage() {
  useDocumentTitle('Sign in · IMSOP');
  const router = useRouter();
  const { next } = route.useSearch();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signIn(username.trim(), password),
    onSuccess: () => router.history.push(next ?? '/'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };

  return (
    <main className={classes.page}>
      <Lanes className={classes.lanes ?? ''} />
      <Paper component="form" onSubmit={submit} className={classes.card} shadow="xl" radius="lg">
        <Stack gap="md">
          <div>
            <BrandMark size={44} />
            <Title order={1} mt="sm">
              Sign in to IMSOP
            </Title>
            <Text size="sm" className="quiet">
              The operations platform of your supply chain
            </Text>
          </div>
          <TextInput
            label="User name"
            name="username"
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {error && <SignInFailure error={error} />}
          <Button type="submit" fullWidth loading={isPending}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </main>
  );
}
