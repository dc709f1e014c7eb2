"""The fields of Kubernetes objects that our manifests use, by kind: the type of each, a list of one shape, or an object."""

# The fields that we use of each kind, by the name of the type; a field that is not here is a slip of the pen, or new.
POD = {
    "affinity": {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": str, "labelSelector": {"matchLabels": dict}}]
        }
    },
    "automountServiceAccountToken": bool,
    "restartPolicy": str,
    "terminationGracePeriodSeconds": int,
    "securityContext": {
        "runAsNonRoot": bool, "runAsUser": int, "runAsGroup": int, "fsGroup": int, "fsGroupChangePolicy": str,
        "seccompProfile": {"type": str},
    },
    "topologySpreadConstraints": [
        {"topologyKey": str, "maxSkew": int, "whenUnsatisfiable": str, "labelSelector": {"matchLabels": dict}}
    ],
    "volumes": [
        {
            "name": str, "persistentVolumeClaim": {"claimName": str},
            "secret": {"secretName": str, "defaultMode": int},
        }
    ],
}
PROBE = {
    "tcpSocket": {"port": (str, int)}, "grpc": {"port": int}, "periodSeconds": int, "timeoutSeconds": int,
    "failureThreshold": int,
}
POD["containers"] = [
    {
        "name": str, "image": str, "args": [str],
        "env": [{"name": str, "value": str, "valueFrom": {"fieldRef": {"fieldPath": str}}}],
        "ports": [{"name": str, "containerPort": int}],
        "startupProbe": PROBE, "livenessProbe": PROBE, "readinessProbe": PROBE,
        "resources": {"requests": {"cpu": str, "memory": str}, "limits": {"memory": str}},
        "securityContext": {"allowPrivilegeEscalation": bool, "readOnlyRootFilesystem": bool, "capabilities": {"drop": [str]}},
        "volumeMounts": [{"name": str, "mountPath": str, "readOnly": bool}],
    }
]
CLAIM = {"accessModes": [str], "resources": {"requests": {"storage": str}}}
TEMPLATE = {"metadata": {"labels": dict}, "spec": POD}
KINDS = {
    ("v1", "PersistentVolumeClaim"): CLAIM,
    ("v1", "Service"): {
        "selector": dict, "clusterIP": str, "publishNotReadyAddresses": bool,
        "ports": [{"name": str, "port": int, "targetPort": str, "appProtocol": str}],
    },
    ("batch/v1", "Job"): {"backoffLimit": int, "template": TEMPLATE},
    ("policy/v1", "PodDisruptionBudget"): {
        "maxUnavailable": int, "unhealthyPodEvictionPolicy": str, "selector": {"matchLabels": dict},
    },
    ("networking.k8s.io/v1", "NetworkPolicy"): {
        "podSelector": {"matchLabels": dict}, "policyTypes": [str],
        "ingress": [{"from": [{"podSelector": {"matchLabels": dict}}], "ports": [{"port": int}]}],
    },
    ("apps/v1", "StatefulSet"): {
        "serviceName": str, "replicas": int, "podManagementPolicy": str, "updateStrategy": {"type": str},
        "minReadySeconds": int, "selector": {"matchLabels": dict}, "template": TEMPLATE,
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": str, "whenScaled": str},
        "volumeClaimTemplates": [{"metadata": {"name": str}, "spec": CLAIM}],
    },
}
