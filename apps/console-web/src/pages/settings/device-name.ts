/** The last part of `…:mfa/NAME` of a virtual device, or of `…:u2f/user/USER/NAME` of a passkey. */
export const deviceName = (serialNumber: string): string => serialNumber.slice(serialNumber.lastIndexOf('/') + 1);

export const isPasskey = (serialNumber: string): boolean => serialNumber.split(':')[5]?.startsWith('u2f/') ?? false;
