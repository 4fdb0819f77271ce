"""A rotation function of the form of AWS's: four steps, each of which may be repeated. Its server is a file with a password."""

import json
import logging
import os

import boto3


def lambda_handler(event, context):
    secret, version, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    client = boto3.client("secretsmanager", endpoint_url=os.environ["SECRETS_MANAGER_ENDPOINT"])
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if "AWSCURRENT" in stages.get(version, []):
        return
    if "AWSPENDING" not in stages.get(version, []):
        raise ValueError(f"The version {version} is not pending")
    steps = {"createSecret": create, "setSecret": change, "testSecret": test, "finishSecret": finish}
    steps[step](client, secret, version, stages)
    logging.info("%s is done", step)


def create(client, secret, version, _):
    value = read(client, secret, "AWSCURRENT")
    try:
        read(client, secret, "AWSPENDING", version)
    except client.exceptions.ResourceNotFoundException:
        value["password"] = client.get_random_password(PasswordLength=20)["RandomPassword"]
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=json.dumps(value), VersionStages=["AWSPENDING"]
        )


def change(client, secret, version, _):
    if accepts(read(client, secret, "AWSPENDING", version)):
        return
    if not accepts(read(client, secret, "AWSCURRENT")):
        raise ValueError(f"The server refuses the login with password={read(client, secret, 'AWSCURRENT')['password']}")
    with open(os.environ["SERVER_FILE"], "w") as server:
        server.write(read(client, secret, "AWSPENDING", version)["password"])


def test(client, secret, version, _):
    if not accepts(read(client, secret, "AWSPENDING", version)):
        raise ValueError("The server refuses the login of the pending version")


def finish(client, secret, version, stages):
    current = next(one for one in stages if "AWSCURRENT" in stages[one])
    client.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
    )


def read(client, secret, stage, version=None):
    chosen = {"VersionId": version} if version else {}
    return json.loads(client.get_secret_value(SecretId=secret, VersionStage=stage, **chosen)["SecretString"])


def accepts(value):
    with open(os.environ["SERVER_FILE"]) as server:
        return server.read() == value["password"]
