/** The first page: who are you? */
import {
  Alert,
  Button,
  Card,
  CardBody,
  CardTitle,
  Form,
  FormGroup,
  TextInput,
} from '@patternfly/react-core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { RestError } from '../api/rest.ts';
import { type Session, signIn } from '../api/session.ts';

export function SignIn(props: {
  /** Why it has to be said again. */
  readonly reason: string | undefined;
  /** Who was here: only the password is asked for. */
  readonly user?: string;
  onSignedIn(session: Session): void;
}): ReactNode {
  const { reason, onSignedIn } = props;
  const [user, setUser] = useState(props.user ?? '');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    signIn(user, password)
      .then(onSignedIn)
      .catch((error: unknown) =>
        setProblem(error instanceof RestError ? error.message : String(error)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <main className="sign-in">
      <Card isLarge>
        <CardTitle component="h1">Evenkeel</CardTitle>
        <CardBody>
          <p className="quiet">{window.location.host}</p>
          {reason !== undefined && <Alert isInline variant="info" title={reason} component="p" />}
          <Form onSubmit={submit}>
            {problem !== undefined && (
              <Alert isInline variant="danger" title={problem} component="p" isLiveRegion />
            )}
            <FormGroup label="User" fieldId="user" isRequired>
              <TextInput
                id="user"
                name="username"
                autoComplete="username"
                isRequired
                value={user}
                onChange={(_, value) => setUser(value)}
                autoFocus={props.user === undefined}
              />
            </FormGroup>
            <FormGroup label="Password" fieldId="password" isRequired>
              <TextInput
                id="password"
                name="password"
                type="password"
                autoComplete="current-password"
                isRequired
                value={password}
                onChange={(_, value) => setPassword(value)}
                autoFocus={props.user !== undefined}
              />
            </FormGroup>
            <Button
              type="submit"
              isBlock
              isLoading={isBusy}
              isDisabled={isBusy || user === '' || password === ''}
            >
              Sign in
            </Button>
          </Form>
        </CardBody>
      </Card>
    </main>
  );
}
