import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../app/api';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { rotationsTexts } from '../../texts/rotations';
import type { RotationFunction } from './rotation-function';

const texts = rotationsTexts.functions;

interface FunctionFormProps {
  /** The function that is changed; undefined: a new one. */
  present: RotationFunction | undefined;
  onClose: () => void;
}

/** Registers a function of one's own, or changes where it is. */
export function FunctionForm({ present, onClose }: FunctionFormProps) {
  const was = present?.implementation;
  const grpc = was?.$case === 'grpc' ? was.value : undefined;
  const http = was?.$case === 'http' ? was.value : undefined;
  const [name, setName] = useState(present?.functionName ?? '');
  const [description, setDescription] = useState(present?.description ?? '');
  const [protocol, setProtocol] = useState<'grpc' | 'http'>(http ? 'http' : 'grpc');
  const [address, setAddress] = useState(grpc?.address ?? '');
  const [serverUri, setServerUri] = useState(grpc?.serverUri ?? '');
  const [endpoint, setEndpoint] = useState(http?.endpoint ?? '');
  const [caPem, setCaPem] = useState(grpc?.caPem ?? http?.caPem ?? '');
  const [seconds, setSeconds] = useState<number | string>(present?.timeout ? Number(present.timeout.seconds) : 30);
  const { run, isRunning, error } = useAction(api.rotation.registerRotationFunction.mutationOptions(), {
    done: texts.registered(name),
    invalidates: [api.rotation.listRotationFunctions.pathFilter()],
    onDone: onClose,
    showsError: true,
  });
  const save = () =>
    run({
      functionName: name,
      description,
      implementation:
        protocol === 'grpc'
          ? { $case: 'grpc', value: { address, serverUri, caPem } }
          : { $case: 'http', value: { endpoint, caPem } },
      timeout: { seconds: Number(seconds) },
    });
  const place = protocol === 'grpc' ? address : endpoint;
  return (
    <Modal
      opened
      onClose={onClose}
      title={present ? texts.change : texts.register}
      size="lg"
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={texts.functionName}
            description={texts.functionNameText}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={64}
            readOnly={present !== undefined}
            required
            data-autofocus
          />
          <TextInput
            label={texts.descriptionLabel}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            maxLength={256}
          />
          <SegmentedControl
            aria-label={texts.protocol}
            value={protocol}
            onChange={(value) => setProtocol(value)}
            data={[
              { value: 'grpc', label: texts.grpc },
              { value: 'http', label: texts.http },
            ]}
          />
          {protocol === 'grpc' ? (
            <>
              <TextInput
                label={texts.address}
                description={texts.addressText}
                value={address}
                onChange={(event) => setAddress(event.currentTarget.value)}
                required
              />
              <TextInput
                label={texts.serverUri}
                description={texts.serverUriText}
                value={serverUri}
                onChange={(event) => setServerUri(event.currentTarget.value)}
              />
            </>
          ) : (
            <TextInput
              label={texts.endpoint}
              description={texts.endpointText}
              value={endpoint}
              onChange={(event) => setEndpoint(event.currentTarget.value)}
              required
            />
          )}
          <Textarea
            label={texts.ca}
            description={texts.caText}
            value={caPem}
            onChange={(event) => setCaPem(event.currentTarget.value)}
            autosize
            minRows={2}
            maxRows={8}
          />
          <NumberInput
            label={texts.timeoutLabel}
            min={1}
            max={900}
            allowDecimal={false}
            value={seconds}
            onChange={setSeconds}
            w={200}
          />
          <Alert color="yellow" variant="light" p="xs">
            {texts.warning}
          </Alert>
          <Problem error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={isRunning} disabled={name === '' || place === ''}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
